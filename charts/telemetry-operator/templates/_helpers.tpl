{{- /* Generated from cdk8s/install.ts by "make manifests"; do not edit. */ -}}
{{- define "telemetry-operator.defaults" -}}
{{- range fromJsonArray `[[["replicas"],1],[["image","repository"],"telemetry-operator/operator"],[["image","tag"],""],[["image","digest"],""],[["image","pullPolicy"],"IfNotPresent"],[["imageRegistry"],"docker.io"],[["workloadsImage"],""],[["timescaledbImage"],""],[["flinkImage"],""],[["lakeImage"],""],[["seaweedfsImage"],""],[["airflowImage"],""],[["druidImage"],""],[["supersetImage"],""],[["scorerImage"],""],[["trainingImage"],""],[["metabaseImage"],""],[["imagePullSecrets"],[]],[["watchNamespace"],""],[["logLevel"],"info"],[["runbookUrl"],""],[["crds","install"],true],[["serviceAccount","create"],true],[["serviceAccount","name"],""],[["serviceAccount","annotations"],{}],[["resources"],{"requests":{"cpu":"200m","memory":"256Mi","ephemeral-storage":"64Mi"},"limits":{"memory":"256Mi","ephemeral-storage":"1Gi"}}],[["serviceMonitor","enabled"],"auto"],[["serviceMonitor","release"],"kps"],[["dashboards","enabled"],true],[["dashboards","grafanaOperator"],true],[["podDisruptionBudget","enabled"],true],[["networkPolicy","enabled"],true],[["networkPolicy","from"],[]],[["nameOverride"],""],[["fullnameOverride"],""],[["commonLabels"],{}],[["commonAnnotations"],{}],[["podLabels"],{}],[["podAnnotations"],{}],[["nodeSelector"],{}],[["tolerations"],[]],[["affinity"],{}],[["topologySpreadConstraints"],[]],[["priorityClassName"],""]]` }}
{{- $map := $.Values }}
{{- range initial (first .) }}
{{- if not (kindIs "map" (index $map .)) }}{{ $_ := set $map . dict }}{{ end }}
{{- $map = index $map . }}
{{- end }}
{{- if kindIs "invalid" (index $map (last (first .))) }}{{ $_ := set $map (last (first .)) (last .) }}{{ end }}
{{- end }}
{{- end }}
{{- define "telemetry-operator.fullname" -}}
{{ .Values.fullnameOverride | default .Values.nameOverride | default "telemetry-operator" }}
{{- end }}
{{- /* The name stays whatever the objects are called: pipelines let the operator in by it. */ -}}
{{- define "telemetry-operator.selector" -}}
app.kubernetes.io/name: telemetry-operator
{{- if ne (include "telemetry-operator.fullname" .) "telemetry-operator" }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
{{- end }}
{{- define "telemetry-operator.labels" -}}
{{- $version := regexReplaceAll "[^A-Za-z0-9]+$" (.Chart.AppVersion | replace "+" "_" | trunc 63) "" }}
{{- $chart := regexReplaceAll "[^A-Za-z0-9]+$" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63) "" }}
{{- $own := dict "app.kubernetes.io/name" "telemetry-operator" "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/version" $version "app.kubernetes.io/managed-by" .Release.Service "helm.sh/chart" $chart }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}
{{- define "telemetry-operator.image" -}}
{{ .Values.imageRegistry }}/{{ .Values.image.repository }}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default (.Chart.AppVersion | replace "+" "_") }}{{ end }}
{{- end }}
{{- define "telemetry-operator.pullSecrets" -}}
{{- $names := list }}{{ range .Values.imagePullSecrets }}{{ $names = append $names .name }}{{ end }}{{ join "," $names }}
{{- end }}
