import type {Alert} from "./alert.ts";

/** The texts for Slack, Teams and mail: as Alertmanager would write it (cdk8s/components/alert-routes/manifests.ts). */
export function titleOf(alerts: Alert[]): string {
  const firing = alerts.filter(({status}) => status === "firing").length;
  return `[${firing > 0 ? `FIRING ${firing}` : "RESOLVED"}] pipeline ${alerts[0]?.labels.pipeline ?? ""}`;
}

export const wordsOf = (alerts: Alert[]): string =>
  alerts
    .map(({status, severity, name, summary, labels, annotations}) => {
      const vehicle = annotations.vehicle ? `\n${labels.vehicle_id} is ${annotations.vehicle}.` : "";
      const action = status === "firing" && annotations.action ? `\n${annotations.action}` : "";
      return `${status} ${severity} ${name}: ${summary}${vehicle}${action}`;
    })
    .join("\n\n");

/** Teams takes 28 KB a card, Slack 40,000 characters. */
const MOST = 20_000;

/** An attachment of an incoming webhook. */
export function slackOf(alerts: Alert[], channel?: string): object {
  const title = titleOf(alerts);
  const color = alerts.some(({status}) => status === "firing") ? "danger" : "good";
  return {
    ...(channel ? {channel} : {}),
    attachments: [{fallback: title, color, title, text: wordsOf(alerts).slice(0, MOST)}],
  };
}

/** An Adaptive Card, as a workflow of Teams takes it. */
export function teamsOf(alerts: Alert[]): object {
  const text = (words: string, more: object) => ({type: "TextBlock", text: words, wrap: true, ...more});
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            text(titleOf(alerts), {weight: "Bolder", size: "Medium"}),
            ...wordsOf(alerts)
              .slice(0, MOST)
              .split("\n\n")
              .map((words) => text(words, {})),
          ],
        },
      },
    ],
  };
}
