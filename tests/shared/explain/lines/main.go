package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			body, err := LINE
			if err != nil {
				panic(err)
			}
			w.Write(body)
		})))
}
