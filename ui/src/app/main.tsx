// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyTheme } from '@/widgets/preferences';
import { preloadPage } from './routes';
import { Shell } from './shell';
import './fonts.css';
import '@/widgets/tokens.css';
import '@/widgets/base.css';

applyTheme();

const client = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, networkMode: 'always' } },
});

const root = document.getElementById('root');

function draw(): void {
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Shell />
      </QueryClientProvider>
    </StrictMode>,
  );
}

// Drawn once with what the page needs if that is nearly there, else at once and filled in later.
const patienceMs = 60;
const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
void Promise.race([preloadPage(window.location.pathname, client).catch(() => undefined), patience]).then(draw);
