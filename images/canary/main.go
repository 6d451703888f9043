// Canary is the workload that a drill runs on its cluster: small programs whose data can be counted afterwards.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	verbs := map[string]func([]string) error{
		"serve": serve, "tick": tick, "resolve": resolve, "get": get, "api": api, "hold": hold,
	}
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: canary serve | tick | resolve NAME | get URL | api | hold")
		os.Exit(2)
	}
	if err := verbs[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "canary:", err)
		os.Exit(1)
	}
}

// hold does nothing until it is told to stop.
func hold([]string) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	return nil
}

func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func dataFolder() string { return setting("DATA_DIR", "/data") }
