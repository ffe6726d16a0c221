import type {Reporter} from "vitest/node";
import {purgeControlPlanes} from "./setup.ts";

const PROJECT = "apiserver";

/** A reporter that ends the control planes after the last file that has one: vitest itself keeps them until all projects have run. */
export default function endControlPlanes(): Reporter {
  let left = 0;
  return {
    onTestRunStart(specifications) {
      left = specifications.filter(({project}) => project.name === PROJECT).length;
    },
    async onTestModuleEnd({project}) {
      if (project.name === PROJECT && --left === 0) await purgeControlPlanes(project);
    },
  };
}
