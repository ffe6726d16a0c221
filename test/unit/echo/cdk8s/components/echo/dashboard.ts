import {type Board, graph, prometheusVariables, rate} from "../../dashboards/kit.ts";

export const echo: Board = {
  key: "echo",
  title: "Echo",
  description: "Answers a second.",
  variables: prometheusVariables(),
  rows: [["Answers", [graph("Answers", "short", "Answers a second.", [rate("echo_answers_total"), "answers"])]]],
};
