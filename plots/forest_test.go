package plots

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestForest(t *testing.T) {
	effects := []Effect{{"a", -2, -1, 0.5, false}, {"b with a name that is far too long for its margin", -300, 1, 300, false}, {"mean", -1, 0.2, 1.4, true}}
	f, err := Forest("title", "difference", effects)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(filepath.Join(t.TempDir(), "forest.png")); err != nil {
		t.Fatal(err)
	}
	c := f.Chart()
	if len(c.Series) != 2 || len(c.Series[0].Points) != 1 || len(c.Series[1].Points) != 2 || !c.Series[0].Loose || !c.Y.Named {
		t.Fatalf("series %+v", c.Series)
	}
	if c.X.Low > -1 || c.X.High < 1.4 || c.X.High > 50 {
		t.Errorf("x from %v to %v: an interval hides the others", c.X.Low, c.X.High)
	}
	var names []string
	for _, tick := range c.Y.Ticks {
		names = append(names, tick.Text)
	}
	if got := strings.Join(names, "|"); got != "a|b with a name that is far t…|mean" {
		t.Errorf("rows %s", got)
	}
	if got := c.Y.Read(c.Series[0].Points[0].Y); got != "mean" {
		t.Errorf("the mean's row is read as %q", got)
	}
	if _, err := Forest("title", "difference", nil); err == nil {
		t.Error("a forest of nothing")
	}
}
