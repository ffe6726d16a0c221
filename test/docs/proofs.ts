/** How each command of the documentation is known to work. */
type Proof =
  /** test/verify/docs.test.ts runs it as it stands, until its output matches. */
  | {runs: RegExp}
  /** That test runs it, or the function behind it, among other things. */
  | {test: string}
  /** It cannot run here. */
  | {not: string};

const NO_CHARTS =
  "upstream's charts are in no package registry; test/apiserver/stack.test.ts renders the stack without them";
const NO_REGISTRY = "it names a registry of the reader's; test/apiserver/chart.test.ts shows what the variables do";

/** The first pattern that matches counts. */
export const proofs: [command: RegExp, proof: Proof][] = [
  [/^make up\b/, {test: "test/e2e/cluster.ts"}],
  [/^make (test|check)\b/, {test: ".ci/run"}],
  [/^make (verify|contract|quick|flaky)\b/, {not: "for those who work on the code; CONTRIBUTING.md says when"}],
  [/^make bench\b/, {not: "it measures, for minutes and on a quiet machine; docs/figures.md says when it ran"}],
  [/^make images$/, {test: "test/e2e/cluster.ts"}],
  [/^make node_modules\/\.installed$/, {test: ".ci/run"}],
  [/^make golden manifests docs imports$/, {test: "test/unit/generated.test.ts"}],
  [/^kubectl apply: TelemetryPipeline$/, {not: "the README's picture"}],

  [/^kubectl apply --server-side -f install\.yaml$/, {runs: /deployment\.apps\/telemetry-operator serverside-applied/}],
  [/^kubectl apply -f examples\/minimal\.yaml$/, {runs: /fleet (created|configured|unchanged)/}],
  [/^kubectl wait --for=condition=Ready tp\/fleet/, {runs: /condition met/}],
  [/^kubectl get tp fleet$/, {runs: /fleet +True +Running/}],
  [/^kubectl get tp fleet -o jsonpath='\{\.status\.endpoints\}'$/, {runs: /"name":"kafka"/}],
  [/^kubectl get tp fleet -o jsonpath='\{\.status\.endpoints\[.*datacenter\}'$/, {runs: /^dc-[0-9a-f]{6}/}],
  [/^kubectl describe tp fleet$/, {runs: /Reason: +Accepted/}],
  [/^npx telemetry-operator status fleet$/, {runs: /fleet: Running/}],
  [/^npx telemetry-operator (status|diff) -A$/, {test: "test/apiserver/cli.test.ts"}],
  [/^npx telemetry-operator --help$/, {runs: /Usage: telemetry-operator/}],
  [/^(kubectl get tp fleet -o yaml \| |source <\()?telemetry-operator /, {test: "operator/cli/program.test.ts"}],
  [/^npx telemetry-operator doctor$/, {runs: /ok +operator +ready/}],
  [/^kubectl -n telemetry-system get pods$/, {runs: /telemetry-operator-\S+ +1\/1 +Running/}],
  [/^kubectl -n telemetry-system logs deploy/, {runs: /starting/}],
  [/^kubectl get pods,kafka,kafkatopic,k8ssandracluster /, {runs: /kafka\.kafka\.strimzi\.io\/fleet/}],
  [/^kubectl exec fleet-timescaledb-0 -- psql/, {runs: /vehicle-00001 \| +\d/}],
  [/^kubectl port-forward service\/fleet-lake 8333 8181$/, {test: "test/e2e/lake.test.ts"}],
  [/^kubectl get secret fleet-lake-reader /, {test: "test/e2e/lake.test.ts"}],
  [/^kubectl get pods -l telemetry\.dev\/component=lake$/, {test: "test/e2e/lake.test.ts"}],
  [/^kubectl logs fleet-lake-0$/, {test: "test/e2e/lake.test.ts"}],
  [/^npx telemetry-operator (sql|erase) fleet /, {test: "test/data/lake-tools.test.ts"}],
  [/^npx telemetry-operator (query|export|audit|restore) fleet --store lake /, {test: "test/data/lake-tools.test.ts"}],
  [/^kubectl (create job --from=cronjob\/fleet-lake-maintenance|logs job\/)/, {test: "test/data/lake-tools.test.ts"}],
  [/^kubectl apply -f examples\/analytics\.yaml$/, {test: "test/verify/examples.test.ts"}],
  [/^kubectl (port-forward service\/fleet-bi |get secret fleet-bi)/, {test: "test/e2e/lake/bi.ts"}],
  [/^kubectl logs -l telemetry\.dev\/component=bi /, {test: "test/e2e/lake/bi.ts"}],
  [/^npx telemetry-operator sql fleet .*--on warehouse$/, {test: "test/e2e/lake/druid.ts"}],
  [/^npx telemetry-operator audit fleet --store warehouse$/, {test: "test/e2e/lake/druid.ts"}],
  [/^kubectl logs -l telemetry\.dev\/component=warehouse/, {test: "test/verify/docs.test.ts"}],
  [/^kubectl get tp fleet -o jsonpath=.*warehouse/, {test: "test/e2e/lake/druid.ts"}],
  [/^kubectl apply -f examples\/workflows\.yaml$/, {test: "test/verify/examples.test.ts"}],
  [/^kubectl apply -f examples\/predictions\.yaml$/, {test: "test/verify/examples.test.ts"}],
  [/^npx telemetry-operator models fleet/, {test: "test/verify/predictions.test.ts"}],
  [/^kubectl create job --from=cronjob\/fleet-predictions-lake /, {test: "test/data/predictions-lake.test.ts"}],
  [/^kubectl create job --from=cronjob\/fleet-train-breach /, {test: "test/verify/predictions.test.ts"}],
  [/^npx telemetry-operator workflows fleet/, {test: "test/e2e/lake/airflow.ts"}],
  [/^kubectl port-forward service\/fleet-workflows/, {test: "test/e2e/lake/airflow.ts"}],
  [/^kubectl create secret generic airflow-oidc /, {test: "test/data/workflows-login.test.ts"}],
  [/^kubectl get secret fleet-workflows/, {test: "test/e2e/lake/airflow.ts"}],
  [/^kubectl create job --from=cronjob\/fleet-timescaledb-restore-drill /, {test: "test/e2e/lake/airflow.ts"}],
  [/^kubectl create configmap my-dags/, {test: "test/e2e/lake/airflow.ts"}],
  [
    /^spark-sql /,
    {not: "Spark is in no package that can be had here; its options are those of Iceberg's own catalogue"},
  ],
  [/^psql -c /, {test: "test/e2e/fleet/applications.ts"}],
  [/^kubectl annotate tp fleet telemetry\.dev\/skip-teardown=true$/, {test: "test/apiserver/operator.test.ts"}],

  [/^kubectl -n telemetry-system set env deploy\/telemetry-operator WORKLOADS_IMAGE=/, {not: NO_REGISTRY}],
  [/^kubectl get pvc$/, {runs: /data-fleet-timescaledb-0/}],
  [/^kubectl get secret,configmap -l telemetry\.dev\/retained=true$/, {runs: /fleet-timescaledb/}],
  [/^kubectl delete tp --all -A$/, {test: "test/e2e/external.test.ts"}],
  [/^kubectl delete crd telemetrypipelines\.telemetry\.dev$/, {not: "the tests that follow need the definition"}],
  [/^kubectl patch tp fleet --type merge -p .*"finalizers":null/, {test: "test/apiserver/harness.ts"}],

  [/^kubectl annotate tp fleet --overwrite telemetry\.dev\/operator=/, {test: "test/apiserver/namespaced.test.ts"}],
  [/^kubectl delete configmap fleet-teardown$/, {test: "test/apiserver/deletion.test.ts"}],

  [/^helm (install|upgrade|rollback|test|uninstall) telemetry /, {test: "test/verify/helm.test.ts"}],
  [/^helm (install cert-manager|dependency update|(install|upgrade) telemetry-stack)/, {not: NO_CHARTS}],

  [/^kubectl apply -n argocd -f examples\/gitops\/argocd-application\.yaml$/, {test: "test/apiserver/gitops.test.ts"}],
  [
    /^kubectl patch cm argocd-cm -n argocd --patch-file /,
    {not: "no Argo CD runs here; test/unit/gitops.test.ts runs the health check"},
  ],

  [/^node workloads\/simulator.*--replay/, {test: "workloads/simulator/fleet.test.ts"}],
  [/^node workloads\/simulator.*--truth/, {test: "workloads/simulator/condition.test.ts"}],
  [/^node workloads\/simulator/, {runs: /"vehicle_id":"vehicle-/}],
  [/^npx telemetry-operator query fleet/, {runs: /vehicle-00001/}],
  [/^npx telemetry-operator tail fleet/, {runs: /vehicle/}],
  [/^npx telemetry-operator export fleet/, {test: "test/e2e/fleet.test.ts"}],
  [/^npx telemetry-operator trace fleet/, {test: "test/data/query.test.ts"}],
  [/^npx telemetry-operator audit fleet$/, {runs: /"missing": ?0|equal/}],
  [/^npx telemetry-operator alert test fleet/, {test: "test/e2e/fleet.test.ts"}],
  [/^npx telemetry-operator vehicles fleet (import|list|export)/, {test: "test/data/master-data.test.ts"}],
  [/^npx telemetry-operator vehicles fleet/, {test: "test/data/notifications.test.ts"}],
  [/^npx telemetry-operator notifications fleet/, {test: "test/data/notifications.test.ts"}],
  [/^kubectl create secret generic hooks /, {test: "test/apiserver/alerting.test.ts"}],
  [/^npx telemetry-operator event (try|suggest) /, {test: "operator/cli/event.test.ts"}],
  [/^npx telemetry-operator deadletters fleet/, {test: "test/e2e/fleet.test.ts"}],
  [/^npx telemetry-operator (backup|restore) fleet/, {test: "test/verify/backup.test.ts"}],
  [/^kubectl exec "\$broker" -- /, {not: "the embedded cluster's image of Kafka has none of Kafka's scripts"}],
  [/^kubectl patch tp fleet --type merge -p .*replicas/, {test: "test/verify/changes.test.ts"}],
  [/^kubectl port-forward service\/fleet-console 8080$/, {runs: /Forwarding from/}],
  [/^kubectl get secret fleet-console/, {runs: /^[\w-]{20,}/}],
];

export const proofOf = (command: string): Proof | undefined => proofs.find(([pattern]) => pattern.test(command))?.[1];
