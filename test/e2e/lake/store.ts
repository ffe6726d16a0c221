import {S3Client} from "@aws-sdk/client-s3";
import type {user} from "../steps.ts";

/** A login of the lake's server, from its Secret: `-reader`, `-writer`, or the first one. */
export async function keysOf(own: ReturnType<typeof user>, login: string) {
  const {data} = JSON.parse(await own.k("get", "secret", `fleet-lake${login}`, "-o", "json"));
  const text = (key: string) => Buffer.from(data[key], "base64").toString();
  return {accessKeyId: text("accessKeyId"), secretAccessKey: text("secretAccessKey")};
}
export type Keys = Awaited<ReturnType<typeof keysOf>>;

/** @param port where the server's S3 was forwarded to */
export const s3At = (port: number, credentials: Keys) =>
  new S3Client({
    credentials,
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    maxAttempts: 1,
  });
