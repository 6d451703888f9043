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
	persistence = time.Minute
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

// api shows whether the API takes this pod's service-account token; one that is silent or overburdened is asked again.
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
	address := fmt.Sprintf("https://%s/api/v1/namespaces/%s/pods?limit=1", host, read("namespace"))
	client := &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}}
	for started := time.Now(); ; time.Sleep(time.Second) {
		status, err := ask(client, address, read("token"))
		if err == nil && status < http.StatusInternalServerError {
			fmt.Println(status)
			if status == http.StatusOK || status == http.StatusForbidden {
				return nil
			}
			return fmt.Errorf("the API answered %d", status)
		}
		if time.Since(started) > persistence {
			return fmt.Errorf("the API gave no answer for %s: status %d, error %v", persistence, status, err)
		}
	}
}

// ask makes one request with a token and returns the status of the answer.
func ask(client *http.Client, address, token string) (int, error) {
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	return answer.StatusCode, nil
}
