import type {WatchedKind} from "../runtime/controller.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";

/** Quotas are watched, so that a pipeline that is well costs no request; a new one counts when pods are created, or at the next reconcile. */
export const watchedQuotas: WatchedKind = {
  type: builtin.resourceQuota,
  map: () => [],
};

/** Whether a namespace with these quotas takes only pods whose containers all limit their CPU. */
export const limitsCpu = (quotas: KubeObject[]): boolean =>
  quotas.some(({spec}) => spec?.hard?.["limits.cpu"] !== undefined);
