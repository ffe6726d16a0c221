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

/** Part of a rule of the whole spec: there is a server of ours for such a database. */
export const HAS_SERVER =
  "!has(self.timescaledb) || ((!has(self.timescaledb.enabled) || self.timescaledb.enabled) && (!has(self.timescaledb.provider) || self.timescaledb.provider == 'Managed'))";

export type MetadataDatabase = z.output<ReturnType<typeof metadataDatabase>>;
