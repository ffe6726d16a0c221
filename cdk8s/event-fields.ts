import type {k8s} from "cdk8s-plus-28";
import {positionOf} from "../api/event/identity.ts";
import type {ResolvedSpec} from "../api/pipeline.ts";
import {env} from "./context.ts";

/** EVENT_IDENTITY, where the stores' keys are not the default. */
export const eventIdentity = ({event}: ResolvedSpec): k8s.EnvVar[] =>
  positionOf(event.identity).length > 0 ? env({EVENT_IDENTITY: event.identity!}) : [];

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
