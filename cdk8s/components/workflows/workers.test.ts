import {expect, test} from "vitest";
import {parse} from "yaml";
import {planned} from "../../../test/unit/planned-pods.ts";

test("with the executor Kubernetes a task of the platform needs nothing of the user's repository, which may be away", () => {
  const git = {repository: "https://git.example.com/dags.git", ref: "main", image: "git-sync:v4", interval: "1m"};
  const spec = {workflows: {enabled: true, executor: "Kubernetes", dags: {git}}};
  const objects: any[] = planned(spec).flatMap((component) => component.objects);
  const files = (name: string) =>
    objects.find(({kind, metadata}) => kind === "ConfigMap" && metadata.name === name).data as Record<string, string>;
  const [{workerTemplate}] = JSON.parse(files("fleet-workflows-dags")["jobs.json"]!);
  const templates = files("fleet-workflows-workers");
  const needs = (file: string) => {
    const {initContainers = [], volumes} = parse(templates[file]!).spec;
    return [...initContainers, ...volumes].map(({name}) => name).filter((name) => /^git-sync|^user-dags/.test(name));
  };
  expect(needs("pod.yaml")).toEqual(["git-sync", "user-dags"]);
  expect(needs(workerTemplate.split("/").at(-1))).toEqual([]);
});
