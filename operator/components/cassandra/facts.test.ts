import {expect, test} from "vitest";
import type {KubeObject} from "../../runtime/types.ts";
import {ofClaims} from "./facts.ts";

const claim = (name: string, day: number, more = {}, storageClassName?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {name, creationTimestamp: `2026-01-0${day}T00:00:00Z`, ...more},
  spec: {storageClassName},
});

test.each([
  ["none", [], {}],
  ["that of an early release", [claim("server-data-fleet-dc1-default-sts-0", 1, {}, "fast")], "dc1 fast"],
  [
    "the newest of two",
    [claim("server-data-fleet-dc-a1-default-sts-0", 2), claim("server-data-fleet-dc1-default-sts-0", 1, {}, "fast")],
    "dc-a1 undefined",
  ],
  [
    "none that goes",
    [claim("server-data-fleet-dc1-default-sts-0", 1, {deletionTimestamp: "2026-01-02T00:00:00Z"})],
    {},
  ],
  ["none of another rack's or pipeline's rule", [claim("server-data-fleet-b-dc1-rack1-sts-0", 1)], {}],
])("volumes that are left name the datacenter: %s", (_, claims, expected) => {
  const {datacenter, storageClass} = ofClaims("fleet", claims);
  if (typeof expected === "string") expect(`${datacenter} ${storageClass}`).toBe(expected);
  else expect({datacenter, storageClass}).toEqual({});
});
