import {html, nothing, type TemplateResult} from "lit-html";
import {MODELS, type ModelName} from "../../../api/models.ts";
import type {Prediction, Warning} from "../wire.ts";
import {span, timeOfDay} from "./format.ts";

/** Predictions of a vehicle that are listed. */
const LISTED = 12;

const titleOf = (model: string): string => (model in MODELS ? MODELS[model as ModelName].title : model);

/** What is expected of a vehicle, beside its name. */
export const badges = (warnings: Warning[]): TemplateResult[] =>
  warnings.map(
    ({model, label, score}) =>
      html`<span class="pill warn" title="${titleOf(model)}, score ${score.toFixed(2)}">${label}</span>`,
  );

/** The vehicles that are warned of, while none is selected. */
export const warningsPanel = (warnings: Warning[], now: number, select: (vehicle: string) => void) => html`<section
  class="card"
  aria-labelledby="warnings"
>
  <h2 id="warnings">Predictions ${warnings.length > 0 ? html`<span class="pill warn">${warnings.length}</span>` : nothing}</h2>
  ${warnings.length === 0 ? html`<p class="quiet"><span class="dot good" aria-hidden="true"></span>No warning</p>` : nothing}
  <ul class="plain">
    ${warnings.slice(0, LISTED).map(
      ({vehicle, model, label, ms}) => html`<li>
        <span class="dot warn" aria-hidden="true"></span>
        <span class="name"><button class="link" @click=${() => select(vehicle)}>${vehicle}</button> <span class="faint">${titleOf(model)}</span></span>
        <span class="state">${label}</span> <time class="faint">${span(now - ms)}</time>
      </li>`,
    )}
  </ul>
  ${warnings.length > LISTED ? html`<p class="faint small">and ${warnings.length - LISTED} more</p>` : nothing}
</section>`;

/** What was predicted of the selected vehicle in the span, and what came of it. */
export const predictionsList = (predictions: Prediction[]) => html`<h3>Predictions</h3>
  ${predictions.length === 0 ? html`<p class="faint small">No warning in this time.</p>` : nothing}
  <ul class="plain">
    ${predictions.slice(0, LISTED).map(
      ({model, version, label, score, actual, ms}) => html`<li>
        <span class="dot ${outcome(label, actual)}" aria-hidden="true"></span>
        <span class="name">${label} <span class="faint">${titleOf(model)}, ${version === 0 ? "rule" : `version ${version}`}, ${score.toFixed(2)}</span></span>
        <span class="state">${actual === null ? "not known yet" : actual === label ? "it came" : `came: ${actual}`}</span>
        <time class="faint">${timeOfDay(ms)}</time>
      </li>`,
    )}
  </ul>`;

const outcome = (label: string, actual: string | null): string =>
  actual === null ? "warn" : actual === label ? "good" : "bad";
