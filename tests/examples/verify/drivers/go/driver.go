// Serve the handler, its clock, tolerance and secrets set by each request. An init, since main is taken.
package main

import (
	"encoding/hex"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func init() {
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(driven)))
}

func driven(w http.ResponseWriter, r *http.Request) {
	ms, _ := strconv.ParseInt(r.Header.Get("Vector-Now"), 10, 64)
	now = func() time.Time { return time.UnixMilli(ms) }
	seconds, _ := strconv.Atoi(r.Header.Get("Vector-Tolerance"))
	tolerance = time.Duration(seconds) * time.Second
	secrets = nil
	for _, text := range strings.Split(r.Header.Get("Vector-Secrets"), ",") {
		secret, _ := hex.DecodeString(text)
		secrets = append(secrets, secret)
	}
	orders(w, r)
}
