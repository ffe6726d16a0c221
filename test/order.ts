import {basename} from "node:path";
import {BaseSequencer, type TestSpecification} from "vitest/node";

/** The longest first: the others run beside it, one after another. */
const END_TO_END = ["fleet", "flink", "backup"];

const placeOf = ({moduleId, project}: TestSpecification): number =>
  project.name === "e2e" ? END_TO_END.indexOf(basename(moduleId, ".test.ts")) : 0;

/** One order everywhere: that of the list, then vitest's own on a fresh machine. */
export default class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
