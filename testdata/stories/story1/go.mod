// SPDX-License-Identifier: Apache-2.0

module example.org/story1

go 1.18
