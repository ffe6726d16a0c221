/** Names as kube-prometheus-stack gives them to release "kps". */
export const MONITORING = "monitoring";
export const STACK = "kps-kube-prometheus-stack";
