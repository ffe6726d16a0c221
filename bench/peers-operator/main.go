// A minimal operator on controller-runtime, to be measured beside ours: it owns the same objects, in the same order, and
// writes the same kind of status. It lacks all the rest (validation, pruning, freshness, teardown, events, rotation).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	metrics "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"net/http"
)

const manager = "peer-operator"

// component is one step of the plan: its objects are applied once the components that it needs are ready.
type component struct {
	Name      string
	DependsOn []string
	Objects   []unstructured.Unstructured
}

type kind struct{ APIVersion, Kind, Plural string }

type reconciler struct {
	client.Client
	template []byte
}

func main() {
	template, err := os.ReadFile(os.Getenv("PLAN"))
	check(err)
	var kinds []kind
	check(json.Unmarshal([]byte(os.Getenv("KINDS")), &kinds))
	config := &rest.Config{Host: os.Getenv("API_SERVER"), QPS: -1}
	config.ContentType = "application/json"
	pipeline := object("telemetry.dev/v1alpha1", "TelemetryPipeline")
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, k := range append(kinds, kind{"telemetry.dev/v1alpha1", "TelemetryPipeline", "telemetrypipelines"}) {
		group, err := schema.ParseGroupVersion(k.APIVersion)
		check(err)
		plural := group.WithResource(k.Plural)
		mapper.AddSpecific(group.WithKind(k.Kind), plural, plural, meta.RESTScopeNamespace)
	}
	mine := labels.SelectorFromSet(labels.Set{"app.kubernetes.io/managed-by": "telemetry-operator"})
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		MapperProvider: func(*rest.Config, *http.Client) (meta.RESTMapper, error) { return mapper, nil },
		Cache: cache.Options{
			DefaultLabelSelector: mine,
			DefaultTransform:     cache.TransformStripManagedFields(),
			ByObject:             map[client.Object]cache.ByObject{pipeline: {Label: labels.Everything()}},
		},
		Client:                        client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		Metrics:                       metrics.Options{BindAddress: os.Getenv("METRICS")},
		LeaderElection:                true,
		LeaderElectionID:              manager,
		LeaderElectionNamespace:       "default",
		LeaderElectionReleaseOnCancel: true,
	})
	check(err)
	builder := ctrl.NewControllerManagedBy(mgr).Named("telemetrypipeline").For(pipeline).
		WithOptions(controller.Options{MaxConcurrentReconciles: 32})
	for _, k := range kinds {
		builder = builder.Owns(object(k.APIVersion, k.Kind))
	}
	check(builder.Complete(&reconciler{Client: mgr.GetClient(), template: template}))
	check(mgr.Start(ctrl.SetupSignalHandler()))
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	pipeline := object("telemetry.dev/v1alpha1", "TelemetryPipeline")
	if err := r.Get(ctx, request.NamespacedName, pipeline); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if pipeline.GetDeletionTimestamp() != nil {
		return ctrl.Result{}, nil
	}
	var plan []component
	text := bytes.ReplaceAll(r.template, []byte("TEMPLATE-NAME"), []byte(request.Name))
	text = bytes.ReplaceAll(text, []byte("TEMPLATE-SPACE"), []byte(request.Namespace))
	if err := json.Unmarshal(text, &plan); err != nil {
		return ctrl.Result{}, err
	}
	owner := map[string]any{
		"apiVersion": pipeline.GetAPIVersion(), "kind": pipeline.GetKind(), "name": pipeline.GetName(),
		"uid": string(pipeline.GetUID()), "controller": true, "blockOwnerDeletion": true,
	}
	ready := map[string]string{}
	states := []any{}
	for _, one := range plan {
		waits := ""
		for _, needed := range one.DependsOn {
			if ready[needed] != "" {
				waits = "waiting for " + needed
			}
		}
		for index := range one.Objects {
			if waits != "" {
				break
			}
			desired := &one.Objects[index]
			desired.Object["metadata"].(map[string]any)["ownerReferences"] = []any{owner}
			live := object(desired.GetAPIVersion(), desired.GetKind())
			err := r.Get(ctx, client.ObjectKeyFromObject(desired), live)
			if err != nil && !errors.IsNotFound(err) {
				return ctrl.Result{}, err
			}
			if err == nil && covers(live.Object, desired.Object) {
				if problem := notReady(live); problem != "" {
					ready[one.Name] = problem
				}
				continue
			}
			body, err := json.Marshal(desired)
			if err != nil {
				return ctrl.Result{}, err
			}
			patch := client.RawPatch(types.ApplyPatchType, body)
			if err := r.Patch(ctx, desired, patch, client.ForceOwnership, client.FieldOwner(manager)); err != nil {
				return ctrl.Result{}, err
			}
			ready[one.Name] = "objects are being made"
		}
		if waits != "" {
			ready[one.Name] = waits
		}
		states = append(states, map[string]any{"name": one.Name, "ready": ready[one.Name] == "", "message": ready[one.Name], "reason": "Observed"})
	}
	return ctrl.Result{RequeueAfter: 10 * time.Minute}, r.writeStatus(ctx, pipeline, states, len(ready) == 0)
}

func (r *reconciler) writeStatus(ctx context.Context, pipeline *unstructured.Unstructured, states []any, ready bool) error {
	value := map[bool]string{true: "True", false: "False"}[ready]
	condition := map[string]any{"type": "Ready", "status": value, "reason": "Observed", "message": ""}
	status := map[string]any{
		"observedGeneration": pipeline.GetGeneration(),
		"components":         states,
		"conditions":         []any{condition},
	}
	if covers(pipeline.Object["status"], status) {
		return nil
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": pipeline.GetAPIVersion(), "kind": pipeline.GetKind(),
		"metadata": map[string]any{"name": pipeline.GetName(), "namespace": pipeline.GetNamespace()},
		"status":   status,
	})
	if err != nil {
		return err
	}
	return r.Status().Patch(ctx, pipeline, client.RawPatch(types.ApplyPatchType, body), client.ForceOwnership, client.FieldOwner(manager))
}

// notReady says what an object still waits for.
func notReady(live *unstructured.Unstructured) string {
	switch live.GetKind() {
	case "Deployment", "StatefulSet":
		wanted, found, _ := unstructured.NestedInt64(live.Object, "spec", "replicas")
		if !found {
			wanted = 1
		}
		is, _, _ := unstructured.NestedInt64(live.Object, "status", "readyReplicas")
		observed, _, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration")
		if observed != live.GetGeneration() || is < wanted {
			return fmt.Sprintf("%s: %d of %d pods are ready", live.GetName(), is, wanted)
		}
	case "Job":
		if done, _, _ := unstructured.NestedInt64(live.Object, "status", "succeeded"); done == 0 {
			return live.GetName() + " has not ended yet"
		}
	case "Kafka", "KafkaTopic", "KafkaUser", "K8ssandraCluster":
		observed, _, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration")
		if observed != live.GetGeneration() {
			return live.GetName() + " is not ready"
		}
	}
	return ""
}

// covers is true when everything that desired says is so in live.
func covers(live, desired any) bool {
	switch wanted := desired.(type) {
	case map[string]any:
		is, ok := live.(map[string]any)
		if !ok {
			return len(wanted) == 0
		}
		for key, value := range wanted {
			if !covers(is[key], value) {
				return false
			}
		}
		return true
	case []any:
		is, ok := live.([]any)
		if !ok || len(is) != len(wanted) {
			return false
		}
		for index := range wanted {
			if !covers(is[index], wanted[index]) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(live, desired)
	}
}

func object(apiVersion, kind string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	return u
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
