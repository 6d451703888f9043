// Crictl is a small stand-in for cri-tools, which no package source of Kubedrill offers: it lists, stops and removes
// what a container runtime runs, under the same names and with the same columns to look for.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const (
	socket   = "unix:///run/containerd/containerd.sock"
	patience = 2 * time.Minute
)

// runtime is one connection to the container runtime.
type runtime struct {
	context.Context
	cri.RuntimeServiceClient
	images cri.ImageServiceClient
}

type verb struct {
	usage string
	run   func(*runtime, []string) error
}

var verbs = map[string]verb{
	"version": {"version", version},
	"info":    {"info", info},
	"pods":    {"pods [-q] [-o json]", pods},
	"ps":      {"ps [-a] [-q]", containers},
	"images":  {"images [-q]", images},
	"pull":    {"pull IMAGE", pull},
	"logs":    {"logs CONTAINER", logs},
	"inspect": {"inspect CONTAINER", inspect},
	"stop":    {"stop CONTAINER...", stop},
	"rm":      {"rm CONTAINER...", remove},
	"stopp":   {"stopp POD...", stopPods},
	"rmp":     {"rmp POD...", removePods},
	"rmi":     {"rmi IMAGE...", removeImages},
}

func main() {
	endpoint, args := arguments(os.Args[1:])
	if len(args) == 0 || verbs[args[0]].run == nil {
		fmt.Fprintln(os.Stderr, "crictl (Kubedrill's stand-in) knows these commands:")
		for _, known := range verbs {
			fmt.Fprintln(os.Stderr, "  crictl", known.usage)
		}
		os.Exit(2)
	}
	if err := dial(endpoint, args); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}

// arguments takes the endpoint's flags out, in both spellings that crictl has.
func arguments(given []string) (string, []string) {
	endpoint := socket
	var rest []string
	for i := 0; i < len(given); i++ {
		name, value, joined := strings.Cut(given[i], "=")
		switch strings.TrimLeft(name, "-") {
		case "r", "runtime-endpoint", "i", "image-endpoint":
			if !joined && i+1 < len(given) {
				i++
				value = given[i]
			}
			endpoint = value
		default:
			rest = append(rest, given[i])
		}
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "unix://" + endpoint
	}
	return endpoint, rest
}

func dial(endpoint string, args []string) error {
	connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	runtime := &runtime{limit, cri.NewRuntimeServiceClient(connection), cri.NewImageServiceClient(connection)}
	return verbs[args[0]].run(runtime, args[1:])
}
