package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// sandbox is a pod as crictl prints it in JSON: the state by its name, not by its number.
type sandbox struct {
	*cri.PodSandbox
	State string `json:"state"`
}

// wantsJSON tells whether the arguments ask for JSON, in any of the spellings that crictl has.
func wantsJSON(args []string) bool {
	joined := strings.ReplaceAll(strings.Join(args, " "), "=", " ")
	return slices.ContainsFunc([]string{"-o json", "--output json"}, func(form string) bool {
		return strings.Contains(joined, form)
	})
}

func podsAsJSON(pods []*cri.PodSandbox) error {
	items := make([]sandbox, 0, len(pods))
	for _, pod := range pods {
		items = append(items, sandbox{pod, pod.State.String()})
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"items": items})
}
