import type {Message} from "../../api/event/path.ts";
import {openRegistry} from "../../api/registry/client.ts";
import {createSchemas, type Schemas} from "../../api/registry/schemas.ts";

/** The schemas of messages in a registry's wire format; none without a registry. */
export async function schemasOf(url: string | undefined, messages: Message[]): Promise<Schemas | undefined> {
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) throw new Error(`--registry: "${url}" is no URL, such as http://localhost:8081`);
  const {username, password, origin, pathname} = new URL(url);
  const login = username ? {username: decodeURIComponent(username), password: decodeURIComponent(password)} : {};
  const schemas = createSchemas(openRegistry({url: `${origin}${pathname}`, ...login}));
  await schemas.prepare(messages);
  return schemas;
}

/** The message as it would be in plain JSON. */
export function inJson<M extends Message>(message: M, schemas: Schemas | undefined): M {
  const content = schemas?.open(message);
  if (!content || "reason" in content) return message;
  return {...message, value: "json" in content ? content.json : Buffer.from(JSON.stringify(content.root))};
}
