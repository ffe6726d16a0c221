import type {k8s} from "cdk8s-plus-28";
import type {Bucket} from "../api/s3.ts";
import {env, fromSecret} from "./context.ts";
import {portOf} from "./network.ts";

export const bucketRegion = ({region}: Bucket): string => region ?? "us-east-1";

/** The URL of the bucket's server: one's own, or AWS. */
export const bucketUrl = (s3: Bucket): string => s3.endpoint ?? `https://s3.${bucketRegion(s3)}.amazonaws.com`;

/** The environment of a client of AWS' making. */
export const bucketAccess = (s3: Bucket): k8s.EnvVar[] => [
  ...env({AWS_REGION: bucketRegion(s3)}),
  fromSecret("AWS_ACCESS_KEY_ID", s3.secret, "accessKeyId"),
  fromSecret("AWS_SECRET_ACCESS_KEY", s3.secret, "secretAccessKey"),
];

/** The port of the bucket's server. */
export const bucketPort = (s3: Bucket): number => portOf(bucketUrl(s3));

const AUTHORITY = "/etc/bucket-ca";

/** The trust of a pod in the certificate of a bucket's endpoint, if an authority of one's own signed it. */
export interface BucketAuthority {
  file?: string;
  mounts: k8s.VolumeMount[];
  volumes: k8s.Volume[];
}

export const bucketAuthority = (s3: {caSecret?: string | undefined} | undefined): BucketAuthority =>
  s3?.caSecret
    ? {
        file: `${AUTHORITY}/ca.crt`,
        mounts: [{name: "bucket-ca", mountPath: AUTHORITY, readOnly: true}],
        volumes: [{name: "bucket-ca", secret: {secretName: s3.caSecret}}],
      }
    : {mounts: [], volumes: []};
