package hwtest

import (
	"strings"

	"ltpbench/hw"
)

// errors checks that what data got wrong is reported by Sync, first error first, and
// that nothing runs after it.
func errors(p *probe) {
	for _, c := range []struct {
		what                string
		id, position, kind  int32
		says                string
		laterID, laterPlace int32
	}{
		{"a token id too large", 11, 0, 0, "11", 77, 0},
		{"a negative token id", -3, 0, 0, "-3", 77, 0},
		{"a position too large", 0, 7, 0, "7", 0, 99},
		{"a segment too large", 0, 0, 2, "2", 99, 0},
	} {
		p.begin("%s", c.what)
		d := p.device(hw.Options{})
		t, ids, positions, kinds := p.embedding(3, 24, true)
		on := p.tablesOn(d, t)
		y := p.matOn(d, zeros(3, 24))
		bad := append([]int32(nil), ids...)
		bad[1] = c.id
		badPlaces := append([]int32(nil), positions...)
		badPlaces[1] = c.position
		badKinds := append([]int32(nil), kinds...)
		badKinds[1] = c.kind
		good := func() {
			d.Embed(y, on, p.listOn(d, ids), p.listOn(d, positions), p.listOn(d, kinds))
		}
		d.Embed(y, on, p.listOn(d, bad), p.listOn(d, badPlaces), p.listOn(d, badKinds))
		good()
		for _, v := range floatsOf(d, y) {
			if v != 0 {
				p.fail("an operation ran after an error")
				break
			}
		}
		first := d.Sync()
		if first == nil {
			p.fail("Sync returns no error")
			continue
		}
		if !strings.Contains(first.Error(), c.says) {
			p.fail("the error %q does not name %s", first, c.says)
		}
		bad[1], badPlaces[1] = c.laterID, c.laterPlace
		d.Embed(y, on, p.listOn(d, bad), p.listOn(d, badPlaces), p.listOn(d, kinds))
		if again := d.Sync(); again == nil || again.Error() != first.Error() {
			p.fail("Sync returned %q, and then %v", first, again)
		}
	}
	p.begin("a compute type that no device has")
	if d, err := p.open(hw.Options{Type: "f7"}); err == nil {
		d.Close()
		p.fail("was opened")
	}
}
