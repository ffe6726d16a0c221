import type {k8s} from "cdk8s-plus-28";
import type {Bucket} from "../operator/api/s3.ts";
import {env, fromSecret} from "./context.ts";
import {portOf} from "./network.ts";

/** What a client of AWS' making reads from its environment. */
export const bucketAccess = ({region, secret}: Bucket): k8s.EnvVar[] => [
  ...env({AWS_REGION: region ?? "us-east-1"}),
  fromSecret("AWS_ACCESS_KEY_ID", secret, "accessKeyId"),
  fromSecret("AWS_SECRET_ACCESS_KEY", secret, "secretAccessKey"),
];

/** Where the bucket listens. */
export const bucketPort = ({endpoint}: Bucket): number => portOf(endpoint ?? "https://s3.amazonaws.com");
