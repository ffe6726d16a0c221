import {z} from "zod";
import {PORT, URL_HOST} from "./addresses.ts";
import {objectName} from "./fields.ts";

/** A bucket, and who may use it. */
export const bucket = (prefix: string) =>
  z.object({
    endpoint: z
      .string()
      .max(1_024)
      .regex(new RegExp(`^https?://${URL_HOST}(:${PORT})?$`))
      .optional()
      .meta({description: "URL of an S3-compatible server, an IPv6 address in brackets. Default: AWS."}),
    region: z.string().max(64).optional().meta({description: "Region. Default us-east-1."}),
    bucket: z.string().min(3).max(63).meta({description: "Name of an existing bucket."}),
    prefix: z
      .string()
      .max(512)
      .optional()
      .meta({description: `Prefix of the keys. Default ${prefix}.`}),
    secret: objectName().meta({
      description: "Name of a Secret in the pipeline's namespace with the keys accessKeyId and secretAccessKey.",
    }),
  });

export type Bucket = z.output<ReturnType<typeof bucket>>;

/** The Secrets that a pod needs to use the bucket. */
export const bucketSecrets = (field: string, s3: (Bucket & {caSecret?: string | undefined}) | undefined) => [
  ...(s3 ? [{field: `${field}.secret`, name: s3.secret, keys: ["accessKeyId", "secretAccessKey"]}] : []),
  ...(s3?.caSecret ? [{field: `${field}.caSecret`, name: s3.caSecret, keys: ["ca.crt"]}] : []),
];
