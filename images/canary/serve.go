package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var ledgerLock sync.Mutex

// serve answers over HTTP and keeps a ledger whose every acknowledged line is on the disk.
func serve([]string) error {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		name, _ := os.Hostname()
		fmt.Fprintf(w, "ok %s\n", name)
	})
	routes.HandleFunc("POST /ledger/{number}", writeLedger)
	routes.HandleFunc("GET /ledger", readLedger)
	routes.HandleFunc("GET /blob", hashes)
	server := &http.Server{Addr: ":" + setting("PORT", "8080"), Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		<-stop.Done()
		end, release := context.WithTimeout(context.Background(), time.Second)
		defer release()
		_ = server.Shutdown(end)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func writeLedger(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 63)
	if err != nil {
		http.Error(w, "the ledger takes whole numbers", http.StatusBadRequest)
		return
	}
	if err := appendLine("ledger", strconv.FormatUint(number, 10)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, number)
}

func readLedger(w http.ResponseWriter, _ *http.Request) {
	file, err := os.Open(filepath.Join(dataFolder(), "ledger"))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer file.Close()
	_, _ = io.Copy(w, file)
}

// appendLine returns only after the line would survive a power cut.
func appendLine(name, line string) error {
	ledgerLock.Lock()
	defer ledgerLock.Unlock()
	path := filepath.Join(dataFolder(), name)
	_, missing := os.Stat(path)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteString(line + "\n"); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if missing == nil {
		return nil
	}
	folder, err := os.Open(dataFolder())
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

func hashes(w http.ResponseWriter, _ *http.Request) {
	sums := map[string]string{}
	err := filepath.WalkDir(dataFolder(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, file); err != nil {
			return err
		}
		name, err := filepath.Rel(dataFolder(), path)
		sums[name] = hex.EncodeToString(sum.Sum(nil))
		return err
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(sums)
}
