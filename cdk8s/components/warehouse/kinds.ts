import {kind} from "../../component.ts";

export const druidKind = kind("druid.apache.org/v1alpha1", "Druid");
