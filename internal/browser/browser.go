// Package browser opens pages in a headless Chromium for tests, through the DevTools protocol
// over a pipe. A test that needs it is skipped where there is no Chromium.
package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Variable is the environment's name of the Chromium to use; if it is set, a test does not skip.
const Variable = "LTPBENCH_CHROMIUM"

// patience is how long an answer may take.
const patience = 30 * time.Second

// Browser is a running Chromium with one page.
type Browser struct {
	t       testing.TB
	to      *os.File
	session string

	mu       sync.Mutex
	next     int
	answers  map[int]chan message
	loaded   chan bool
	requests []string // addresses that were fetched, of the page itself too
	console  []string // messages, errors and exceptions
}

// message is what goes through the pipe.
type message struct {
	ID      int                       `json:"id,omitempty"`
	Session string                    `json:"sessionId,omitempty"`
	Method  string                    `json:"method,omitempty"`
	Params  any                       `json:"params,omitempty"`
	Result  json.RawMessage           `json:"result,omitempty"`
	Error   *struct{ Message string } `json:"error,omitempty"`
}

// find returns the program, or skips the test.
func find(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(Variable); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("no chromium on the PATH, and %s is not set: pages are not opened in a browser", Variable)
	return ""
}

// Start starts a Chromium that ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find(t)
	theirs, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, mine, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// Without a sandbox, which needs rights that containers lack: the pages are our own.
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-extensions", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{theirs, mine}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	theirs.Close()
	mine.Close()
	b := &Browser{t: t, to: to, answers: map[int]chan message{}, loaded: make(chan bool, 8)}
	go b.read(from)
	t.Cleanup(func() {
		to.Close()
		done := make(chan bool)
		go func() { cmd.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			cmd.Process.Kill()
			<-done
		}
		from.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// read passes answers on and notes events until the pipe ends.
func (b *Browser) read(from *os.File) {
	data := []byte{}
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		data = append(data, buffer[:n]...)
		for {
			one, rest, ok := bytes.Cut(data, []byte{0})
			if !ok {
				break
			}
			b.handle(one)
			data = rest
		}
		if err != nil {
			return
		}
	}
}

// handle deals with one message.
func (b *Browser) handle(data []byte) {
	var m struct {
		message
		Params json.RawMessage `json:"params"`
	}
	if json.Unmarshal(data, &m) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.ID != 0 {
		if to := b.answers[m.ID]; to != nil {
			to <- m.message
			delete(b.answers, m.ID)
		}
		return
	}
	switch m.Method {
	case "Page.loadEventFired":
		b.loaded <- true
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		json.Unmarshal(m.Params, &p)
		b.requests = append(b.requests, p.Request.URL)
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		b.console = append(b.console, string(m.Params))
	}
}

// call sends a command and waits for its answer.
func (b *Browser) call(method string, params, result any) {
	b.t.Helper()
	if params == nil {
		params = map[string]any{}
	}
	answer := make(chan message, 1)
	b.mu.Lock()
	b.next++
	id := b.next
	b.answers[id] = answer
	b.mu.Unlock()
	data, err := json.Marshal(message{ID: id, Session: b.session, Method: method, Params: params})
	if err == nil {
		_, err = b.to.Write(append(data, 0))
	}
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(patience):
		b.t.Fatalf("%s: no answer within %v", method, patience)
	}
}

// Open loads a file and waits until it is shown.
func (b *Browser) Open(path string) {
	b.t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		b.t.Fatal(err)
	}
	for len(b.loaded) > 0 {
		<-b.loaded
	}
	b.mu.Lock()
	b.requests, b.console = nil, nil
	b.mu.Unlock()
	b.call("Page.navigate", map[string]any{"url": "file://" + path}, nil)
	select {
	case <-b.loaded:
	case <-time.After(patience):
		b.t.Fatalf("%s is not loaded within %v", path, patience)
	}
}

// Eval runs a script in the page and reads its value, or what its promise gives, into result.
func (b *Browser) Eval(script string, result any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", script, answer.ExceptionDetails)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
}

// Look sets the window's size in CSS pixels, and which colours the reader prefers: light or dark.
func (b *Browser) Look(width, height int, colours string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": colours}}}, nil)
}

// Mouse moves the pointer to a point of the window, and clicks there if asked to.
func (b *Browser) Mouse(x, y float64, click bool) {
	b.t.Helper()
	kinds := []string{"mouseMoved"}
	if click {
		kinds = append(kinds, "mousePressed", "mouseReleased")
	}
	for _, kind := range kinds {
		b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": map[bool]string{true: "left", false: "none"}[kind != "mouseMoved"], "clickCount": len(kinds) / 3}, nil)
	}
}

// Key presses a key, by its name in the DOM: ArrowRight, Enter, Tab.
func (b *Browser) Key(name string) {
	b.t.Helper()
	codes := map[string]int{"ArrowLeft": 37, "ArrowRight": 39, "Enter": 13, "Tab": 9, "Escape": 27}
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": codes[name]}, nil)
	}
}

// Messages returns what the console has, and the addresses fetched since Open.
func (b *Browser) Messages() (console, requests []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.console...), append([]string(nil), b.requests...)
}

// Shot writes a picture of the window, or of the whole page, as PNG.
func (b *Browser) Shot(path string, whole bool) {
	b.t.Helper()
	var shot struct{ Data []byte }
	b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": whole}, &shot)
	if err := os.WriteFile(path, shot.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// PDF returns the page as it is printed.
func (b *Browser) PDF() []byte {
	b.t.Helper()
	var pdf struct{ Data []byte }
	b.call("Page.printToPDF", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true}, &pdf)
	return pdf.Data
}

// Box returns the middle of the first element of a CSS selector, scrolled into view.
func (b *Browser) Box(selector string) (x, y float64) {
	b.t.Helper()
	var at []float64
	b.Eval(fmt.Sprintf(`(async () => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"});
		for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame); // until the page knows that it was scrolled
		const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector), &at)
	return at[0], at[1]
}
