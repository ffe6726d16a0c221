import {expect, test} from "vitest";
import type {KubeObject, ObjectMeta} from "../runtime/types.ts";
import {APPLIED_ANNOTATION, type Applied, afterApply, covers, decide} from "./decide.ts";

test.each([
  ["equal objects", {a: 1, b: {c: "x"}}, {a: 1, b: {c: "x"}}, true],
  ["more in the live object", {a: 1, b: 2}, {a: 1}, true],
  ["a wanted field that is missing", {a: 1}, {a: 1, b: 2}, false],
  ["another value", {a: {b: 1}}, {a: {b: 2}}, false],
  ["a longer live list", {list: [1, 2]}, {list: [1]}, false],
  ["another order", {list: [1, 2]}, {list: [2, 1]}, false],
  ["defaults inside list items", {list: [{name: "x", protocol: "TCP"}]}, {list: [{name: "x"}]}, true],
  ["an empty object that the server left out", {}, {labels: {}}, true],
  ["nothing live", undefined, {a: 1}, false],
  ["a size in the server's words", {requests: {storage: "1Ti"}}, {requests: {storage: "1024Gi"}}, true],
  ["another size", {requests: {storage: "1Ti"}}, {requests: {storage: "1025Gi"}}, false],
])("%s", (_, live, desired, covered) => {
  expect(covers(live, desired)).toBe(covered);
});

const PIPELINE = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata: {name: "fleet", uid: "1"}};
const owner = {...PIPELINE, name: "fleet", uid: "1"};
const owned = (replicas: number, metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {name: "fleet-console", ownerReferences: [owner], ...metadata},
  spec: {replicas},
});
const live = (replicas: number, metadata: Partial<ObjectMeta> = {}) =>
  owned(replicas, {resourceVersion: "5", ...metadata});
const secret = (password: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {name: "fleet-console"},
  data: {password},
});
const claims = (storage: string, resourceVersion?: string): KubeObject => ({
  ...owned(1, resourceVersion ? {resourceVersion} : {}),
  kind: "StatefulSet",
  spec: {volumeClaimTemplates: [{metadata: {name: "data"}, spec: {resources: {requests: {storage}}}}]},
});
const stranger = {ownerReferences: []};
const marked = (digest: string) => ({annotations: {[APPLIED_ANNOTATION]: digest}});
const settled = afterApply("a", live(3), live(3));

type Row = [
  string,
  {previous?: Applied; live?: KubeObject; planned: KubeObject; behind?: boolean},
  ReturnType<typeof decide>,
];
const rows: Row[] = [
  ["nothing is there", {planned: owned(1)}, {action: "create"}],
  ["one that was applied has gone", {previous: {digest: "a"}, planned: owned(1)}, {action: "apply"}],
  [
    "one that was applied is not in the cache yet",
    {previous: {digest: "a"}, planned: owned(1), behind: true},
    {action: "nothing"},
  ],
  [
    "another one is applied before the cache has the last",
    {previous: {digest: "b"}, planned: owned(1), behind: true},
    {action: "apply"},
  ],
  [
    "it has agreed before",
    {previous: {digest: "a", agreed: "5"}, live: live(1), planned: owned(1)},
    {action: "nothing"},
  ],
  [
    "it agrees now",
    {previous: {digest: "a", agreed: "4"}, live: live(1), planned: owned(1)},
    {action: "nothing", remember: {digest: "a", agreed: "5"}},
  ],
  ["someone changed it", {previous: {digest: "a", agreed: "4"}, live: live(3), planned: owned(1)}, {action: "apply"}],
  [
    "what differs belongs to others",
    {previous: settled, live: live(3), planned: owned(1)},
    {action: "nothing", remember: {...settled, agreed: "5"}},
  ],
  ["the plan changed", {previous: {digest: "b", agreed: "5"}, live: live(1), planned: owned(1)}, {action: "apply"}],
  [
    "an operator that starts finds it as it was sent",
    {live: live(1, marked("a")), planned: owned(1)},
    {action: "nothing", remember: {digest: "a", agreed: "5"}},
  ],
  ["an operator that starts finds it changed", {live: live(3, marked("a")), planned: owned(1)}, {action: "apply"}],
  ["an operator that starts has another plan", {live: live(1, marked("b")), planned: owned(1)}, {action: "apply"}],
  [
    "it is going",
    {previous: {digest: "b"}, live: live(1, {deletionTimestamp: "now"}), planned: owned(1)},
    {action: "nothing"},
  ],
  ["it is someone else's", {live: live(1, stranger), planned: owned(1)}, {action: "refuse"}],
  [
    "it is someone else's with our annotation",
    {live: live(1, {...stranger, ...marked("a")}), planned: owned(1)},
    {action: "apply"},
  ],
  [
    "it is of an earlier pipeline of this name",
    {live: live(1, {ownerReferences: [{...owner, uid: "0"}]}), planned: owned(1)},
    {action: "apply"},
  ],
  [
    "someone took our ownership away",
    {previous: {digest: "a"}, live: live(1, stranger), planned: owned(1)},
    {action: "apply"},
  ],
  ["a password's Secret was deleted", {previous: {digest: "a"}, planned: secret("old")}, {action: "forget"}],
  [
    "a password's Secret is to be another after that",
    {previous: {digest: "b"}, planned: secret("new")},
    {action: "create"},
  ],
  ["volumes grow", {previous: {digest: "b"}, live: claims("1Gi", "5"), planned: claims("2Gi")}, {action: "grow"}],
  ["volumes stay", {previous: {digest: "b"}, live: claims("1Gi", "5"), planned: claims("1024Mi")}, {action: "apply"}],
];

test.each(rows)("%s", (_, {previous, live: is, planned, behind = false}, decision) => {
  expect(decide(previous, is, {object: planned, digest: "a"}, {pipeline: PIPELINE, behind})).toEqual(decision);
});
