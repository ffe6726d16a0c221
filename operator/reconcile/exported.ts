import {Gauge, type Registry} from "prom-client";
import type {PipelineStatus} from "../../api/status.ts";
import {readyCondition} from "./status.ts";

/**
 * Readiness for Prometheus, of every pipeline that this process operates: a pod that is not there cannot report that it is missing. Only a leader
 * reconciles, so only a leader has any.
 */
export interface Exported {
  show(key: string, status: PipelineStatus): void;
  /** For a pipeline that is gone, or that belongs to another operator. */
  forget(key: string): void;
}

export function exportReadiness(registry: Registry): Exported {
  const shown = new Map<string, PipelineStatus>();
  const each = (set: (about: {namespace: string; pipeline: string}, status: PipelineStatus) => void) => {
    for (const [key, status] of shown) {
      const [namespace, pipeline] = key.split("/") as [string, string];
      set({namespace, pipeline}, status);
    }
  };
  const registers = [registry];
  new Gauge({
    name: "telemetry_pipeline_ready",
    help: "1 while a pipeline's condition Ready is True, else 0.",
    labelNames: ["namespace", "pipeline"],
    registers,
    collect() {
      this.reset();
      each((about, status) => this.set(about, readyCondition(status)?.status === "True" ? 1 : 0));
    },
  });
  new Gauge({
    name: "telemetry_component_ready",
    help: "1 while a component of a pipeline is ready, else 0; with the reason of the pipeline's status.",
    labelNames: ["namespace", "pipeline", "component", "reason"],
    registers,
    collect() {
      this.reset();
      each((about, {components = []}) => {
        for (const {name: component, ready, reason} of components)
          this.set({...about, component, reason}, ready ? 1 : 0);
      });
    },
  });
  return {
    show: (key, status) => void shown.set(key, status),
    forget: (key) => void shown.delete(key),
  };
}
