import {mlflowCases} from "../mlflow/cases.ts";
import {standIn} from "../mlflow/stand-in.ts";
import {stack} from "./shared.ts";
import {loopback} from "./stack.ts";

/** The mirror in MLflow, which is a stand-in here. */
mlflowCases(async () => ({
  stack,
  tracking: await standIn(loopback(2), {username: "telemetry", password: "of-mlflow"}),
}));
