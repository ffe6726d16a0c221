import type {Shown} from "./store.ts";

const html = (text: unknown) => String(text ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const time = (date: Date | null) => (date ? `${date.toISOString().slice(0, 19).replace("T", " ")}` : "");

const table = (caption: string, head: string[], rows: string[][], empty: string) =>
  rows.length === 0
    ? `<h2>${caption}</h2><p>${empty}</p>`
    : `<table><caption>${caption}</caption><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${html(cell)}</td>`).join("")}</tr>`).join("\n")}</tbody></table>`;

/** Firing alerts, resolved ones, and undelivered messages. */
export function page(pipeline: string, {alerts, deliveries}: Shown, watchdogSeconds: number | undefined): string {
  const alive =
    watchdogSeconds === undefined
      ? "Prometheus and Alertmanager have not been heard yet."
      : `Prometheus and Alertmanager were heard ${Math.round(watchdogSeconds)} s ago.`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>Alerts of ${html(pipeline)}</title><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1.5rem 0; width: 100% }
caption, h2 { font-size: 1.1rem; font-weight: 600; text-align: left; padding: .5rem 0 }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top }
</style></head><body><h1>Alerts of ${html(pipeline)}</h1><p>${alive} Times are UTC.</p>
${table(
  "Alerts",
  ["State", "Severity", "Alert", "What", "Since", "Until"],
  alerts.map(({status, severity, name, summary, starts_at, ends_at}) => [
    status,
    severity,
    name,
    summary,
    time(starts_at),
    time(ends_at),
  ]),
  "There was none.",
)}
${table(
  "Messages that have not arrived",
  ["Receiver", "State", "Since", "Tries", "Why"],
  deliveries.map(({target, dead_at, created_at, attempts, problem}) => [
    target,
    dead_at ? "given up" : "waits",
    time(created_at),
    String(attempts),
    problem ?? "",
  ]),
  "All have.",
)}
</body></html>`;
}
