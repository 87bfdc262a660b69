// Receive HTTP tasks with Go's standard library: `go run hook.go`.
//
// The raw-body trap: r.ParseForm and r.FormValue consume a form's body, json.NewDecoder(r.Body) keeps
// nothing of it, and what json.Marshal makes anew is not what was signed. Read the bytes first.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	secrets   = fromEnvironment("HOOK_SECRET", "HOOK_SECRET_OLD") // newest first
	tolerance = 300 * time.Second
	now       = time.Now
)

func orders(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "POST alone", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1_000_000))
	if err != nil {
		http.Error(w, "too large, or cut short", http.StatusBadRequest)
		return
	}
	digest, ok := signed(body, r.Header.Values("X-Webhook-Signature"), secrets, now(), tolerance)
	if !ok {
		http.Error(w, "refused", http.StatusUnauthorized)
		return
	}
	// A retry is harmless once both keys are unique, in one transaction with the effect:
	//   CREATE TABLE seen (key TEXT PRIMARY KEY)
	//   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
	//   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
	//   3. the effect
	// A first attempt may come without a GUID: a key of your own inside the signed body is surer.
	_ = digest
	io.WriteString(w, "done")
}

var (
	element = regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+)=([!-+\\--~]*)$")
	decimal = regexp.MustCompile("^(0|[1-9][0-9]{0,14})$")
	hex64   = regexp.MustCompile("^[0-9a-f]{64}$")
)

// signed returns the digest of the signed bytes; without ok, refuse the request with 401.
// lines are the values of all X-Webhook-Signature lines.
func signed(body []byte, lines []string, secrets [][]byte, now time.Time, tolerance time.Duration) (digest string, ok bool) {
	if len(lines) != 1 || len(lines[0]) > 4096 {
		return "", false
	}
	var times, macs []string
	for number, text := range strings.Split(lines[0], ",") {
		if number > 0 {
			text = strings.TrimLeft(text, " ")
		}
		parts := element.FindStringSubmatch(text)
		if parts == nil {
			return "", false
		}
		switch parts[1] {
		case "t":
			times = append(times, parts[2])
		case "sha256":
			if !hex64.MatchString(parts[2]) {
				return "", false
			}
			macs = append(macs, parts[2])
		}
	}
	if len(times) != 1 || len(macs) < 1 || len(macs) > 5 || !decimal.MatchString(times[0]) {
		return "", false
	}
	at, err := strconv.ParseInt(times[0], 10, 64)
	if err != nil || at > 253402300799999 {
		return "", false
	}
	message := append([]byte(times[0]+"."), body...)
	fits := 0
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write(message)
		good := []byte(hex.EncodeToString(mac.Sum(nil)))
		for _, one := range macs {
			fits |= subtle.ConstantTimeCompare(good, []byte(one))
		}
	}
	if fits != 1 {
		return "", false
	}
	if at < 100_000_000_000 { // seconds
		at *= 1000
	}
	if age := now.UnixMilli() - at; age > tolerance.Milliseconds() || -age > tolerance.Milliseconds() {
		return "", false
	}
	sum := sha256.Sum256(append([]byte("http-task\n"), message...))
	return hex.EncodeToString(sum[:]), true
}

func fromEnvironment(names ...string) (found [][]byte) {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			found = append(found, []byte(value))
		}
	}
	return found
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	http.HandleFunc("/hooks/orders", orders)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
