"""Makes a folder of links to the libraries that hw/cuda opens, wherever this machine has them, and prints where.

    python3 libraries.py FOLDER

The driver's libraries come from the dynamic linker or the usual places, NVRTC and cuBLASLt from NVIDIA's wheels,
PyTorch's folder, or a CUDA toolkit.
"""
import ctypes
import glob
import importlib.util
import os
import sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def link(path):
    to = os.path.join(folder, os.path.basename(path))
    if not os.path.lexists(to):
        os.symlink(os.path.realpath(path), to)
        print(f"{os.path.basename(path)}: {os.path.realpath(path)}")


def loaded(name):
    """The path that the dynamic linker finds a library at."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    stem = name.split(".so")[0]
    for line in open("/proc/self/maps"):
        path = line.split(None, 5)[-1].strip()
        if os.path.basename(path).startswith(stem + ".so"):
            return path


for name in ("libcuda.so.1", "libnvidia-ml.so.1"):
    path = loaded(name) or next((p for d in ("/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/wsl/lib",
                                              "/usr/local/cuda/compat") for p in glob.glob(f"{d}/{name}")), None)
    if path:
        to = os.path.join(folder, name)
        if not os.path.lexists(to):
            os.symlink(os.path.realpath(path), to)
        print(f"{name}: {path}")
    else:
        print(f"{name}: NOT FOUND")

places = []
for package, below in (("nvidia", ("*/lib", "*/*/lib")), ("torch", ("lib",))):
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    for root in (spec.submodule_search_locations or []) if spec else []:
        for pattern in below:
            places += sorted(glob.glob(os.path.join(root, pattern)), reverse=True)  # cu13 before cu12's folders
places += ["/usr/local/cuda/lib64", "/usr/lib/x86_64-linux-gnu"]
for pattern in ("libnvrtc.so.1*", "libnvrtc-builtins*.so*", "libcublasLt.so.1*", "libcublas.so.1*", "libnvJitLink.so.1*", "libcudart.so.1*"):
    for place in places:
        for path in sorted(glob.glob(os.path.join(place, pattern))):
            link(path)
for name in ("libnvrtc.so.1", "libcublasLt.so.1"):
    if not glob.glob(os.path.join(folder, name + "*")):
        print(f"{name}*: NOT FOUND in {places}")
