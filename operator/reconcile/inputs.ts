import {isDeepStrictEqual} from "node:util";
import type {PlanContext} from "../../cdk8s/component.ts";

/**
 * The inputs that a component was planned from. Logins and facts come one after the other while a pipeline comes up, and most components read none of
 * them, or few: those that were read are noted by name.
 */
export interface ComponentInputs {
  context: PlanContext;
  logins: Set<string>;
  facts: Set<string>;
  /** What it read of the components before it. */
  earlier: Set<Earlier>;
}

type Earlier = "podOwners" | "scheduledJobs";

/** A context that notes what is read of it. */
export function noteReads(context: PlanContext): {noted: PlanContext; inputs: ComponentInputs} {
  const inputs = {context, logins: new Set<string>(), facts: new Set<string>(), earlier: new Set<Earlier>()};
  const {logins = {}, facts = {}, podOwners, scheduledJobs, ...rest} = context;
  const noted = {
    ...rest,
    logins: noting(logins, inputs.logins),
    facts: noting(facts, inputs.facts),
    get podOwners() {
      inputs.earlier.add("podOwners");
      return podOwners;
    },
    get scheduledJobs() {
      inputs.earlier.add("scheduledJobs");
      return scheduledJobs;
    },
  };
  return {noted, inputs};
}

function noting<T extends object>(record: T, names: Set<string>): T {
  return new Proxy(record, {
    get(target, name) {
      names.add(String(name));
      return Reflect.get(target, name);
    },
    ownKeys() {
      throw new Error("a component reads logins and facts by name");
    },
  });
}

/** Whether a component would read the same in another context. */
export function isMadeFrom({context, ...read}: ComponentInputs, other: PlanContext): boolean {
  const {logins, facts, podOwners, scheduledJobs, ...rest} = context;
  const {logins: otherLogins, facts: otherFacts, podOwners: _owners, scheduledJobs: _jobs, ...otherRest} = other;
  return (
    isDeepStrictEqual(rest, otherRest) &&
    areSame(read.earlier, {podOwners, scheduledJobs}, other) &&
    areSame(read.logins, logins, otherLogins) &&
    areSame(read.facts, facts, otherFacts)
  );
}

const areSame = (names: ReadonlySet<string>, a: object = {}, b: object = {}): boolean =>
  [...names].every((name) => isDeepStrictEqual(Reflect.get(a, name), Reflect.get(b, name)));
