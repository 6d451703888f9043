package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	patience    = 5 * time.Second
	credentials = "/var/run/secrets/kubernetes.io/serviceaccount"
)

// tick writes down that it ran.
func tick([]string) error {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	fmt.Println(now)
	return appendLine("ticks", now)
}

// resolve asks the name servers of resolv.conf.
func resolve(args []string) error {
	if len(args) != 1 {
		return errors.New("resolve takes one name")
	}
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addresses, err := (&net.Resolver{PreferGo: true}).LookupHost(limit, args[0])
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(addresses, "\n"))
	return nil
}

// get fetches one page.
func get(args []string) error {
	if len(args) != 1 {
		return errors.New("get takes one URL")
	}
	answer, err := (&http.Client{Timeout: patience}).Get(args[0])
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("'%s' answered %s", args[0], answer.Status)
	}
	return nil
}

// api shows whether the API still takes this pod's service-account token.
func api([]string) error {
	read := func(name string) string {
		data, _ := os.ReadFile(filepath.Join(credentials, name))
		return strings.TrimSpace(string(data))
	}
	trust := x509.NewCertPool()
	if !trust.AppendCertsFromPEM([]byte(read("ca.crt"))) {
		return errors.New("the pod has no ca.crt of the cluster")
	}
	host := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	request, err := http.NewRequest("GET", fmt.Sprintf("https://%s/api/v1/namespaces/%s/pods?limit=1", host, read("namespace")), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+read("token"))
	client := &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode)
	if answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusForbidden {
		return nil
	}
	return fmt.Errorf("the API answered %s", answer.Status)
}
