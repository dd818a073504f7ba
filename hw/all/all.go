// Package all links every device of this build.
package all

import (
	_ "ltpbench/hw/cpu"  // the host's processor
	_ "ltpbench/hw/cuda" // an NVIDIA GPU, with -tags cuda
)
