package results

import (
	"fmt"
	"path/filepath"
	"testing"
)

func TestTellApart(t *testing.T) {
	for _, c := range []struct {
		folders []string
		want    string
	}{
		{[]string{"/r/a", "/r/b"}, "[a b]"},
		{[]string{"/r/a", "/s/a", "/r/b"}, "[r/a s/a b]"},
		{[]string{"/x/r/a", "/y/r/a", "/s/a"}, "[x/r/a y/r/a s/a]"},
		{[]string{"/r/a", "/r/a", "/b"}, "[a a (2) b]"},
		{[]string{"/a", "/r/a"}, "[/a r/a]"},
		{[]string{"/r/a", "/s/a", "/r/a"}, "[r/a s/a r/a (2)]"},
	} {
		var runs []*Run
		for _, folder := range c.folders {
			runs = append(runs, &Run{Record: &Record{Path: filepath.Join(folder, RecordFile)}})
		}
		TellApart(runs)
		var names []string
		for _, r := range runs {
			names = append(names, r.Name())
		}
		if got := fmt.Sprint(names); got != c.want {
			t.Errorf("%v are called %s, want %s", c.folders, got, c.want)
		}
	}
}
