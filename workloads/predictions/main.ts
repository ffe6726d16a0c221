import {stopSignal} from "../lib/stop.ts";

stopSignal();
await import("./run.ts");
