import {kind} from "../../component.ts";

export const flinkDeployment = kind("flink.apache.org/v1beta1", "FlinkDeployment");
