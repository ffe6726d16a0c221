import {completionCommands} from "../runtime/command-line/completion.ts";
import type {Program} from "../runtime/command-line/table.ts";
import {alert} from "./commands/alert.ts";
import {audit} from "./commands/audit.ts";
import {backup} from "./commands/backup.ts";
import {deadletters} from "./commands/deadletters.ts";
import {diff} from "./commands/diff.ts";
import {doctor} from "./commands/doctor.ts";
import {erase} from "./commands/erase.ts";
import {event} from "./commands/event.ts";
import {exportCommand} from "./commands/export.ts";
import {models} from "./commands/models.ts";
import {notifications} from "./commands/notifications.ts";
import {plan} from "./commands/plan.ts";
import {query} from "./commands/query.ts";
import {restore} from "./commands/restore.ts";
import {sql} from "./commands/sql.ts";
import {status} from "./commands/status.ts";
import {tail} from "./commands/tail.ts";
import {trace} from "./commands/trace.ts";
import {vehicles} from "./commands/vehicles.ts";
import {workflowsCommand} from "./commands/workflows.ts";

/** The one table of commands: usage, help, completion and docs/reference/cli.md derive from it. */
export const program = (name = "telemetry-operator"): Program => {
  const table: Program = {
    name,
    summary: "Plans, inspects and reads the pipelines of telemetry-operator.",
    groups: [
      {title: "Pipelines", commands: [plan, diff, status, doctor]},
      {title: "Events", commands: [query, sql, tail, exportCommand, trace, audit, deadletters, event, erase]},
      {title: "Alerting", commands: [alert, notifications, vehicles]},
      {title: "Jobs", commands: [backup, restore, workflowsCommand, models]},
      {title: "Shell", commands: completionCommands(() => table)},
    ],
  };
  return table;
};
