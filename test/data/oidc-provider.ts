import {createHash, generateKeyPairSync, randomUUID, sign} from "node:crypto";
import type {IncomingMessage} from "node:http";
import {createServer} from "node:https";

/** Claims of a person beside those that each ID token has. */
export type Person = {sub: string} & Record<string, unknown>;

/** What a client says at the beginning of a login. */
interface Login {
  person: Person;
  nonce: string;
  challenge: string;
}

const text = async (request: IncomingMessage): Promise<string> => {
  let body = "";
  for await (const part of request) body += part;
  return body;
};

/** An OpenID provider of the tests' own: the code flow with PKCE, for one client. Its login page is the parameter `person`. */
export async function oidcProvider(
  host: string,
  tls: {key: string; cert: string},
  client: {id: string; secret: string; redirectUri: string},
  people: Record<string, Person>,
) {
  const {privateKey, publicKey} = generateKeyPairSync("rsa", {modulusLength: 2_048});
  const jwk = {...publicKey.export({format: "jwk"}), kid: "1", alg: "RS256", use: "sig"};
  const codes = new Map<string, Login>();
  const tokens = new Map<string, Person>();
  let issuer = "";
  const idToken = ({person, nonce}: Login): string => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {iss: issuer, aud: client.id, iat: now, exp: now + 300, nonce, ...person};
    const head = [{alg: "RS256", kid: "1", typ: "JWT"}, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    return `${head.join(".")}.${sign("RSA-SHA256", Buffer.from(head.join(".")), privateKey).toString("base64url")}`;
  };
  const authorize = (query: URLSearchParams) => {
    const [nonce, challenge, state] = ["nonce", "code_challenge", "state"].map((key) => query.get(key));
    const person = people[query.get("person") ?? ""];
    if (query.get("client_id") !== client.id || query.get("redirect_uri") !== client.redirectUri)
      return {status: 400, body: {error: "invalid_request", error_description: "unknown client or redirect_uri"}};
    if (!nonce || !challenge || !state || !person)
      return {status: 400, body: {error: "invalid_request", error_description: "nonce, challenge, state or person"}};
    const code = randomUUID();
    codes.set(code, {person, nonce, challenge});
    return {status: 302, location: `${client.redirectUri}?${new URLSearchParams({code, state})}`};
  };
  const token = (authorization: string | undefined, form: URLSearchParams) => {
    const expected = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
    if (authorization !== expected) return {status: 401, body: {error: "invalid_client"}};
    const code = form.get("code") ?? "";
    const login = codes.get(code);
    // Once.
    codes.delete(code);
    const verifier = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!login || verifier !== login.challenge || form.get("redirect_uri") !== client.redirectUri)
      return {status: 400, body: {error: "invalid_grant"}};
    const access_token = randomUUID();
    tokens.set(access_token, login.person);
    return {status: 200, body: {access_token, token_type: "Bearer", expires_in: 300, id_token: idToken(login)}};
  };
  const answer = async (request: IncomingMessage): Promise<{status: number; body?: unknown; location?: string}> => {
    const {pathname, searchParams} = new URL(request.url!, issuer);
    if (pathname === "/.well-known/openid-configuration")
      return {
        status: 200,
        body: {
          issuer,
          ...{authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`},
          ...{jwks_uri: `${issuer}/keys`, userinfo_endpoint: `${issuer}/userinfo`},
          id_token_signing_alg_values_supported: ["RS256"],
        },
      };
    if (pathname === "/keys") return {status: 200, body: {keys: [jwk]}};
    if (pathname === "/authorize") return authorize(searchParams);
    if (pathname === "/token") return token(request.headers.authorization, new URLSearchParams(await text(request)));
    const person = tokens.get(request.headers.authorization?.replace("Bearer ", "") ?? "");
    if (pathname === "/userinfo") return person ? {status: 200, body: {sub: person.sub}} : {status: 401};
    return {status: 404};
  };
  const server = createServer(tls, async (request, response) => {
    const {status, body, location} = await answer(request);
    response.writeHead(status, {"content-type": "application/json", ...(location ? {location} : {})});
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  issuer = `https://${host}:${(server.address() as {port: number}).port}`;
  return {
    issuer,
    /** Answers with another certificate from now on. */
    show: (other: typeof tls) => {
      server.setSecureContext(other);
      server.closeAllConnections();
    },
    stop: () => server.close(),
  };
}
