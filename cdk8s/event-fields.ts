import type {k8s} from "cdk8s-plus-28";
import type {ResolvedSpec} from "../api/pipeline.ts";
import {env} from "./context.ts";

/** EVENT_FIELDS: what a program needs of the spec's fields to read them and to keep them. Other words for people restart nothing. */
export const eventFields = ({event}: ResolvedSpec): k8s.EnvVar[] =>
  event.fields && event.fields.length > 0
    ? env({
        EVENT_FIELDS: JSON.stringify(
          event.fields.map(({name, type, min, max, required, path, description: _, unit, ...how}) => ({
            ...{name, type, min, max, required, path, ...how},
            ...(how.from ? {unit} : {}),
          })),
        ),
      })
    : [];
