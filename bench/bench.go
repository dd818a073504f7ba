// Package bench holds the parts of a sweep, in folders of which each builds on those
// before it: text, stats, eval, clock, recipe, plan, sweep; verdict and compare judge
// records. Its own tests record what the embedded model counts and how fast it runs,
// which .ci/parent compares with the parent commit.
package bench
