import {z} from "zod";
import {caSecret, host, port, secret, tls} from "./endpoints.ts";

/** An existing database for what a program of others remembers. */
export const metadataDatabase = (description: string) =>
  z
    .object({
      host,
      port: port.optional().meta({description: "Port. Default 5432."}),
      secret: secret("username, password and database"),
      tls: tls.optional(),
      caSecret: caSecret.optional(),
    })
    .meta({description});

export type MetadataDatabase = z.output<ReturnType<typeof metadataDatabase>>;
