import {kind} from "../../component.ts";

export const seaweed = kind("seaweed.seaweedfs.com/v1", "Seaweed");
