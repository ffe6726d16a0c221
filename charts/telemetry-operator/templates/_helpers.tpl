{{- /* Generated from cdk8s/install.ts by "make manifests"; do not edit. */ -}}
{{- define "telemetry-operator.image" -}}
{{ .Values.imageRegistry }}/{{ .Values.image.repository }}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}
{{- define "telemetry-operator.pullSecrets" -}}
{{- $names := list }}{{ range .Values.imagePullSecrets }}{{ $names = append $names .name }}{{ end }}{{ join "," $names }}
{{- end }}
